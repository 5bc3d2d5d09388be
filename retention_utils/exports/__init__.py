"""What leaves a finished report as files: tables for programs, a workbook for people, charts for slides."""
