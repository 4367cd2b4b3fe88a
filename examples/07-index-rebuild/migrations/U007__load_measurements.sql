DELETE FROM measurements m USING incoming i WHERE i.id = m.id;
