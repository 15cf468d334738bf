"""The figures of the supervisor's screen, a module for each subject; components.supervision puts them together."""
