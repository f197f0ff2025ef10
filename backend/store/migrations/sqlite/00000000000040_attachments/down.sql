DROP TABLE attachment_looks;
DROP TABLE attachments;
