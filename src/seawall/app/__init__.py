"""The app: settings become wired processes and a command line. May import every room; nothing imports it."""
