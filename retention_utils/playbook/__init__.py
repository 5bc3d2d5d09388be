"""The playbook: rules that turn what was measured into what to do."""
