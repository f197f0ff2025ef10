DROP TABLE emergency_call_letters;
