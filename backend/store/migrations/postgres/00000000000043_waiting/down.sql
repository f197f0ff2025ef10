DROP TABLE waiting_list;
UPDATE claims SET route = 'self' WHERE route = 'waiting';
ALTER TABLE claims DROP CONSTRAINT claims_route_check;
ALTER TABLE claims ADD CONSTRAINT claims_route_check CHECK (route IN ('self', 'dispatch'));
