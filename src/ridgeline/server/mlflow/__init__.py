"""MLflow's REST API over a repository: what its clients log stands in the logs of runs, as everything else does."""
