package locator

import "math"

// cholesky factors a symmetric positive definite matrix in place: lower
// triangle, row by row. The matrices here are small and many; it allocates
// only to grow.
type cholesky struct {
	n int
	a []float64
}

func (c *cholesky) reset(n int) {
	c.n = n
	c.a = resize(c.a, n*n)
}

func resize(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}

func (c *cholesky) factorize() {
	n := c.n
	for i := range n {
		ri := c.a[i*n : i*n+n]
		for j := range i + 1 {
			rj := c.a[j*n : j*n+n]
			s := ri[j]
			for k, v := range rj[:j] {
				s -= ri[k] * v
			}
			if i == j {
				ri[i] = math.Sqrt(max(s, 1e-9)) // the nugget keeps it positive
				continue
			}
			ri[j] = s / rj[j]
		}
	}
}

// forward solves L x = b in place.
func (c *cholesky) forward(b []float64) {
	for i := range c.n {
		row := c.a[i*c.n : i*c.n+i+1]
		s := b[i]
		for k, v := range row[:i] {
			s -= v * b[k]
		}
		b[i] = s / row[i]
	}
}

// backward solves L^T x = b in place.
func (c *cholesky) backward(b []float64) {
	n := c.n
	for i := n - 1; i >= 0; i-- {
		b[i] /= c.a[i*n+i]
		for k := range i {
			b[k] -= c.a[i*n+k] * b[i]
		}
	}
}
