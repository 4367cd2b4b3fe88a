CREATE TABLE events_copy (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL
);

INSERT INTO events_copy (id, kind, payload)
SELECT id, kind, payload FROM events;
