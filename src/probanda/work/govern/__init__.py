"""The desk that says who may do what: agents and their roles, matters, labels, anchors."""
