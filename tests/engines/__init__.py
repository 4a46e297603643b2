"""The engines beside which the program can run, as they are: each module starts one on this machine."""
