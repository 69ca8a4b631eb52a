"""What a test of a migration needs, ours or a team's own: a clock in the hand and a stand-in tenant."""
