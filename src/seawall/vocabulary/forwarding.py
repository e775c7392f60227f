"""What a process tells the one behind it of whom it serves."""

# Believed on a socket that only this user may open; taken off whatever comes from elsewhere.
CLIENT_HEADER = b"x-seawall-client"
