"""What all verbs share: the command line itself, who asks for what base, results, progress, failures."""
