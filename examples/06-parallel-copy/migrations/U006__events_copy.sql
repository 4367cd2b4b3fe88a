DROP TABLE events_copy;
