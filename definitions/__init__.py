"""What a pipeline is: its model, its graph, its two small languages. Pure: no database, no clock, no files."""
