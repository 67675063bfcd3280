// Package diary works out when somebody can be met: times within her shifts that
// nobody has taken. It hides how a day is cut into such times, and knows no
// customer.
package diary
