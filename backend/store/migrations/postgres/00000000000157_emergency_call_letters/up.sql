-- Who was written to about an emergency call: when wishes are added to it later, only those who were called since are
-- written to.
CREATE TABLE emergency_call_letters (
    call_id TEXT NOT NULL REFERENCES emergency_calls (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (call_id, user_id)
);
-- Of calls that are there already it is known as far as their letters still wait.
INSERT INTO emergency_call_letters (call_id, user_id)
SELECT emergency_calls.id, mails.user_id
FROM mails JOIN emergency_calls ON emergency_calls.id = mails.about
WHERE mails.kind = 'emergency_call';
