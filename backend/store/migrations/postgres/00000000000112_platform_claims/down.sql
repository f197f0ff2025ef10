ALTER TABLE webhook_deliveries DROP COLUMN claim_id;
DROP TABLE platform_claims;
DROP TABLE platform_mandates;
