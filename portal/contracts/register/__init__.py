"""The public register: who was admitted for which product. It says nothing about anybody who was refused."""
