"""What files are made of: a workbook, a PDF, a zip, each to the byte the same for the same contents."""
