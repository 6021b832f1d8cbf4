"""Text tools: palindromes, word frequencies, readability. `/text_tools`."""

from showcase.interface import together

together("text_tools")
