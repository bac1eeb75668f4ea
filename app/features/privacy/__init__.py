"""What is held about people: passcodes and their end, who looked at whom, what is handed out and what is erased."""
