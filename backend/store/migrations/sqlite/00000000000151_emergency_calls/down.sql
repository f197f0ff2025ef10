DROP TABLE emergency_call_wishes;
DROP TABLE emergency_call_circles;
DROP TABLE emergency_calls;
