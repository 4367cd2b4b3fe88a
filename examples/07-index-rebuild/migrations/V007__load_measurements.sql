DROP INDEX CONCURRENTLY measurements_sensor;

INSERT INTO measurements (id, sensor, taken_at, value)
SELECT id, sensor, taken_at, value FROM incoming;

CREATE INDEX CONCURRENTLY measurements_sensor ON measurements (sensor, taken_at);
