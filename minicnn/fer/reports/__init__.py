"""What is shown in words: tables, csv and JSON, a page of html, a sheet of augmented faces."""
