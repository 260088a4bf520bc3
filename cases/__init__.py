"""What happens after a finding: store, match, case life, queues, exports and the command line."""
