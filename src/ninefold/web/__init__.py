"""The web application: a second door to the same steps and tasks."""
