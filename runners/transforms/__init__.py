"""What ``process`` does to items one by one: a module for each transform, all with the shape of ``base.Transform``."""
