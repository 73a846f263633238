"""The meaning of the office: pure functions and data, standard library only, time passed in."""
