package profile

import "foyer/floor"

// Warm reports whether a profile is kept ready in memory.
func (c *Cache) Warm(who floor.Customer) bool {
	c.warm.mu.Lock()
	defer c.warm.mu.Unlock()
	r := c.warm.kept[who]
	return r != nil && r.mark != nil
}
