"""Pages of contracts: the list, a contract, signing by the provider and by the college."""

from flask import Blueprint

bp = Blueprint("contracts", __name__)
