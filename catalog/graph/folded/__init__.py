"""What jobs' runs did, folded to the job."""
