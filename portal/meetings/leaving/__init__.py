"""What somebody who leaves had at meetings."""
