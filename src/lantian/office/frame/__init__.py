"""The shell of every page: layout, navigation, panels, tags, charts, the simulated-data banner."""
