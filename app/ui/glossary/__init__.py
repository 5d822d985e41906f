"""The Clinical glossary tab."""
