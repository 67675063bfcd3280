package locator

import "math"

// fastLog returns the natural logarithm of a positive normal x, good to 1e-4:
// the exponent, and a polynomial in the mantissa.
func fastLog(x float32) float32 {
	b := math.Float32bits(x)
	e := float32(int32(b>>23) - 127)
	m := math.Float32frombits(b&0x7fffff|0x3f800000) - 1
	// minimax of ln(1+m) on [0,1] (Abramowitz and Stegun 4.1.43, error 1e-5)
	p := m * (0.99949556 + m*(-0.49190896+m*(0.28947478+m*(-0.13606275+m*0.03215845))))
	return e*0.6931472 + p
}

// fastExp returns e to the power x for x in -87 to 0, good to 1e-4 of itself.
func fastExp(x float32) float32 {
	if x < -87 {
		return 0
	}
	y := x * 1.442695
	n := int32(y) - 1 // below y, which is not positive
	f := y - float32(n)
	// 2^f on [0,2) as the square of 2^(f/2) on [0,1)
	f *= 0.5
	p := 1 + f*(0.6931472+f*(0.2402265+f*(0.05550411+f*(0.009618129+f*0.0013333558))))
	return p * p * math.Float32frombits(uint32(n+127)<<23)
}
