INSERT INTO measurements (id, sensor, taken_at, value)
SELECT id, sensor, taken_at, value FROM incoming;
