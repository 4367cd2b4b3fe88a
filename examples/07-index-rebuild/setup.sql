CREATE TABLE measurements (
  id bigint PRIMARY KEY,
  sensor integer NOT NULL,
  taken_at timestamptz NOT NULL,
  value double precision NOT NULL
);
CREATE INDEX measurements_sensor ON measurements (sensor, taken_at);
CREATE UNIQUE INDEX measurements_once ON measurements (taken_at, sensor);
INSERT INTO measurements
SELECT n, n % 10, timestamptz '2024-01-01' + n * interval '1 second', n FROM generate_series(1, 2000) AS n;

CREATE TABLE incoming (LIKE measurements);
INSERT INTO incoming
SELECT n, n % 10, timestamptz '2024-01-01' + n * interval '1 second', n FROM generate_series(2001, 6000) AS n;

ANALYZE measurements, incoming;
