DROP TABLE campaign_wishes;
DROP TABLE campaign_hosts;
DROP TABLE campaigns;
