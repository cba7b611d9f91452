"""Stand-ins for the providers' servers, on loopback: they speak the real protocol and keep what was sent."""
