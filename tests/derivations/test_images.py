"""The formulas of images that are moved and lit, and of random numbers."""

import math

import numpy as np
from numeric import agree, every, gradient
from tags import holds

from minicnn import geometry
from minicnn.data import photometry
from minicnn.kernels.random import philox_reference, standard_normal_reference
from minicnn.layers.random_affine import affine_transform
from minicnn.layers.random_flip import flip
from minicnn.layers.random_light import light

RNG = np.random.default_rng(0)
N, H, W, C = 2, 5, 6, 2
X, DY = RNG.random((N, H, W, C)), RNG.normal(size=(N, H, W, C))
POINT = np.array([1.3, -0.7, 1.0])


def moved(matrix):
    return (matrix @ POINT)[:2]


@holds("augmentation.1", r"x' = x + d_x, \quad y' = y + d_y")
def test_translation():
    assert np.allclose(moved(geometry.translation(2, 5)), [1.3 + 2, -0.7 + 5])


@holds(
    "augmentation.2",
    r"x' = x \cos \alpha - y \sin \alpha, \quad y' = x \sin \alpha + y \cos \alpha",
)
def test_rotation():
    a, (x, y) = math.radians(20), POINT[:2]
    ours = [x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a)]
    assert np.allclose(moved(geometry.rotation(20)), ours)
    # A turn by the angle: the length stays, and the directions differ by it.
    assert np.isclose(np.hypot(*ours), np.hypot(x, y))
    assert np.isclose(math.atan2(ours[1], ours[0]) - math.atan2(y, x), a)


@holds("augmentation.3", r"x' = x + s y, \quad y' = y")
def test_shear():
    assert np.allclose(moved(geometry.shear(0.3)), [1.3 + 0.3 * -0.7, -0.7])


@holds("augmentation.4", r"x' = z_x x, \quad y' = z_y y")
def test_scaling():
    assert np.allclose(moved(geometry.scaling(2, 3)), [2 * 1.3, 3 * -0.7])


@holds(
    "augmentation.5",
    r"M = C A C^{-1}, \qquad C = \text{translation by } \left( \tfrac{w - 1}{2}, \tfrac{h - 1}{2}"
    r" \right)",
)
def test_about_the_middle():
    a = geometry.rotation(20) @ geometry.scaling(1.2, 0.9)
    c = geometry.translation((W - 1) / 2, (H - 1) / 2)
    m = geometry.about_centre(a, H, W)
    assert np.allclose(m, c @ a @ np.linalg.inv(c))
    middle = np.array([(W - 1) / 2, (H - 1) / 2, 1])
    assert np.allclose(m @ middle, middle)


def interpolated(image, u, v):
    """The value between four pixels; beyond the edge, that of the edge."""
    u, v = min(max(u, 0), W - 1), min(max(v, 0), H - 1)
    j, i = min(int(u), W - 2), min(int(v), H - 2)
    a, b = u - j, v - i
    above = (1 - a) * image[i, j] + a * image[i, j + 1]
    below = (1 - a) * image[i + 1, j] + a * image[i + 1, j + 1]
    return (1 - b) * above + b * below


def warped(image, matrix):
    """Ask for each pixel of the new image where it came from."""
    new = np.empty_like(image)
    for r, s in every(H, W):
        new[r, s] = interpolated(image, *(matrix @ [s, r, 1])[:2])
    return new


@holds("augmentation.6", r"y_i(p) = x_i(M_i^{-1} p)")
def test_warp():
    # Multiples of 1/32 of a pixel, to which OpenCV rounds.
    matrices = np.array([geometry.translation(0.25, -1.5), geometry.scaling(2, 0.5)])
    ours = [warped(x, np.linalg.inv(m)) for x, m in zip(X, matrices, strict=True)]
    assert np.allclose(geometry.warp(X, matrices), ours, atol=1e-6)


@holds(
    "augmentation.7",
    r"y = \operatorname{clip} \big( m + k (x - m) + b \big), \qquad m = \frac{1}{h w c} \sum x",
)
def test_relight():
    k, b = np.array([1.5, 0.4]), np.array([0.2, -0.1])
    for n in range(N):
        m = X[n].sum() / (H * W * C)
        ours = np.minimum(np.maximum(m + k[n] * (X[n] - m) + b[n], 0), 1)
        assert np.allclose(photometry.relight(X, k, b)[n], ours)


@holds(
    "augmentation.8",
    r"h_r = \sqrt{a h w \thinspace r}, \qquad w_r = \sqrt{a h w / r}",
)
def test_rectangle():
    a, r, h, w = 0.2, 1.7, 400, 300
    high, wide = math.sqrt(a * h * w * r), math.sqrt(a * h * w / r)
    assert np.isclose(high * wide, a * h * w)
    assert np.isclose(high / wide, r)
    half = np.array([0.5])
    top, left, bottom, right = photometry.rectangles(
        np.array([a]), np.array([r]), half, half, h, w
    )[0]
    assert (bottom - top, right - left) == (round(high), round(wide))


@holds("augmentation.9", r"y = \operatorname{clip}(x + \sigma z), \qquad z \sim N(0, 1)")
def test_noise():
    z, sigma = RNG.normal(size=X.shape), np.array([0.1, 0.6])
    for n in range(N):
        ours = np.minimum(np.maximum(X[n] + sigma[n] * z[n], 0), 1)
        assert np.allclose(photometry.add_noise(X, sigma, z)[n], ours)


# -- as layers --

MAPS = np.array(
    [
        geometry.about_centre(geometry.rotation(25) @ geometry.scaling(0.8, 1.1), H, W),
        geometry.translation(0.3, -0.6) @ geometry.shear(0.2),
    ]
)


def weights(matrix):
    """g_ij for every new pixel: (h, w, h, w)."""
    g = np.zeros((H, W, H, W))
    for i, j in every(H, W):
        one = np.zeros((H, W))
        one[i, j] = 1
        g[:, :, i, j] = warped(one, matrix)
    return g


@holds("random_images.1", r"y_{nrsc} = \sum_{i,j} g_{ij}(M_n (s, r, 1)^T) \cdot x_{nijc}")
def test_affine():
    for n in range(N):
        ours = np.einsum("rsij,ijc->rsc", weights(MAPS[n]), X[n])
        assert np.allclose(affine_transform(X, MAPS, fill_mode="nearest")[0][n], ours)


@holds("random_images.2", r"dx_{nijc} = \sum_{r,s} g_{ij}(M_n (s, r, 1)^T) \cdot dy_{nrsc}")
def test_affine_backward():
    ours = np.stack([np.einsum("rsij,rsc->ijc", weights(MAPS[n]), DY[n]) for n in range(N)])

    def loss(x):
        return sum(np.sum(DY[n] * warped(x[n], MAPS[n])) for n in range(N))

    assert agree(ours, gradient(loss, X))


FLIPPED = np.array([True, False])


@holds(
    "random_images.3",
    r"y_{nrsc} = x_{n, r, w - 1 - s, c} \text{ where image } n \text{ is flipped}, \qquad"
    r" y_{nrsc} = x_{nrsc} \text{ elsewhere}",
)
def test_flip():
    y = flip(X, FLIPPED, mode="horizontal")[0]
    for n, r, s, c in every(N, H, W, C):
        assert y[n, r, s, c] == X[n, r, W - 1 - s if FLIPPED[n] else s, c]


@holds(
    "random_images.4",
    r"dx_{nrsc} = dy_{n, r, w - 1 - s, c} \text{ where image } n \text{ is flipped}, \qquad"
    r" dx_{nrsc} = dy_{nrsc} \text{ elsewhere}",
)
def test_flip_backward():
    ours = np.stack([DY[0][:, ::-1], DY[1]])
    theirs = gradient(lambda x: np.sum(DY * flip(x, FLIPPED, mode="horizontal")[0]), X)
    assert agree(ours, theirs)


CONTRAST, BRIGHTNESS = np.array([1.7, 0.6]), np.array([0.1, 0.3])


def before_the_clip(x):
    m = x.mean(axis=(1, 2), keepdims=True)
    k, b = CONTRAST[:, None, None, None], BRIGHTNESS[:, None, None, None]
    return m + k * (x - m) + b


def lit(x):
    return np.minimum(np.maximum(before_the_clip(x), 0), 1)


@holds(
    "random_images.5",
    r"y_{nrsc} = \operatorname{clip}(m_{nc} + k_n (x_{nrsc} - m_{nc}) + b_n), \qquad m_{nc} ="
    r" \frac{1}{h w} \sum_{r,s} x_{nrsc}",
)
def test_light():
    assert (lit(X) == 0).any()
    assert (lit(X) == 1).any()
    assert np.allclose(light(X, CONTRAST, BRIGHTNESS, low=0, high=1)[0], lit(X))


@holds(
    "random_images.6",
    r"dz = dy \text{ inside the range}, 0 \text{ outside}, \qquad dx_{nrsc} = k_n dz_{nrsc} +"
    r" \frac{1 - k_n}{h w} \sum_{r',s'} dz_{nr's'c}",
)
def test_light_backward():
    z, k = before_the_clip(X), CONTRAST[:, None, None, None]
    dz = np.where((z > 0) & (z < 1), DY, 0)
    ours = k * dz + (1 - k) / (H * W) * dz.sum(axis=(1, 2), keepdims=True)
    assert agree(ours, gradient(lambda x: np.sum(DY * lit(x)), X))


# -- random numbers --

#: The constants of Philox4x32 (Salmon and others 2011).
M0, M1, W0, W1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85


@holds(
    "random.1",
    r"(c_0, c_1, c_2, c_3) \leftarrow (h_1 \oplus c_1 \oplus k_0, \quad l_1, \quad h_0 \oplus c_3"
    r" \oplus k_1, \quad l_0), \qquad 2^{32} h_0 + l_0 = M_0 c_0, \quad 2^{32} h_1 + l_1 = M_1 c_2",
)
def test_philox():
    counter, key = (1, 2, 3, 4), (5, 6)
    for _ in range(10):
        h0, l0 = divmod(M0 * counter[0], 2**32)
        h1, l1 = divmod(M1 * counter[2], 2**32)
        counter = (h1 ^ counter[1] ^ key[0], l1, h0 ^ counter[3] ^ key[1], l0)
        key = ((key[0] + W0) % 2**32, (key[1] + W1) % 2**32)
    assert philox_reference((1, 2, 3, 4), (5, 6)) == counter


@holds(
    "random.2",
    r"z_1 = \sqrt{-2 \ln u_1} \cos 2 \pi u_2, \qquad z_2 = \sqrt{-2 \ln u_1} \sin 2 \pi u_2",
)
def test_box_muller():
    z = standard_normal_reference(
        20_000, np.array([0]), np.float64, seed=1, purpose=3, step=0, layer=0
    )[0]
    first, second = z[0::2], z[1::2]
    # Both are standard normal and independent: moments, and those of the products.
    for expected, values in [(0, z), (1, z**2), (3, z**4), (0, first * second)]:
        assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))
    # Radius and angle give the uniform numbers back.
    u1, u2 = np.exp(-(first**2 + second**2) / 2), np.arctan2(second, first) / (2 * np.pi) % 1
    for u in (u1, u2):
        assert abs(np.histogram(u, 10, (0, 1))[0] - 1000).max() < 4.5 * 30
