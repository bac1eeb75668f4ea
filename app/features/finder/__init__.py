"""Finding anything by whatever the person in front of the counter remembers (issue "finder"), and the one
place that says what is indexed of an order, a customer and a part."""
