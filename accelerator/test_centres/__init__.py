"""The network: accelerator sites, test centres and mentors over time."""
