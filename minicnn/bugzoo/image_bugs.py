"""Mistakes in convolutions and pooling."""

from minicnn.bugzoo.bug import Bug

__all__ = ["IMAGE_BUGS"]

_SHARE = "share = winner.reshape(n, k, k, c) * dy[:, i, j][:, None, None]"
_ADD = "dx[:, i * s : i * s + k, j * s : j * s + k] += share"

IMAGE_BUGS = (
    Bug(
        "conv2d-kernel-reversed",
        "conv2d",
        "The gradient of the kernel is turned by 180 degrees.",
        "dw[i, j] belongs to the pixels that kernel[i, j] was multiplied with.",
        (("dw[i, j] = np.tensordot", "dw[k - 1 - i, k - 1 - j] = np.tensordot"),),
        "gradients",
        "flipped",
        "Rohrer, end-to-end machine learning, course 321, lecture 24726662",
    ),
    Bug(
        "conv2d-input-rotated",
        "conv2d",
        "dx uses the kernel turned by 180 degrees, in a loop that needs no turning.",
        "What went forward through kernel[i, j] goes back through kernel[i, j]. The turned kernel "
        "belongs to the other form, a full convolution of dy.",
        (("dy @ kernel[i, j].T", "dy @ kernel[k - 1 - i, k - 1 - j].T"),),
        "gradients",
        "flipped",
        "soumith.ch 2014; Coursera forum",
    ),
    Bug(
        "conv2d-overlaps-lost",
        "conv2d",
        "dx is assigned where windows overlap, so only the last window counts.",
        "+=: a pixel that is used by several windows gets the sum of their derivatives.",
        (("ow : s] += dy @ kernel", "ow : s] = dy @ kernel"),),
        "gradients",
        "missing term",
        "hguomin/deep-learning-from-scratch #2",
    ),
    Bug(
        "conv2d-height-for-width",
        "conv2d",
        "The output's height and width are exchanged. Square images never show it.",
        "(n, oh, ow, f): rows first.",
        (("y = np.zeros((n, oh, ow,", "y = np.zeros((n, ow, oh,"),),
        "shapes",
        "wrong axis",
        "jefkine/zeta-learn #4",
    ),
    Bug(
        "conv2d-stride-forgotten",
        "conv2d",
        "The gradient of the kernel reads neighbouring pixels, whatever the stride.",
        "Read the pixels that forward read: one in `stride`.",
        (
            (
                "                patch = x[:, i : i + s * oh : s, j : j + s * ow : s]\n",
                "                patch = x[:, i : i + oh, j : j + ow]\n",
            ),
        ),
        "gradients",
        "missing term",
    ),
    Bug(
        "conv2d-padding-not-cut",
        "conv2d",
        "dx is cut at the wrong end: the padding before the image is kept.",
        "Cut p pixels off at both ends.",
        (("dx = dx[:, p : h - p, p : w - p]", "dx = dx[:, : h - 2 * p, : w - 2 * p]"),),
        "gradients",
        "shifted",
    ),
    Bug(
        "conv2d-half-the-bias",
        "conv2d",
        "The gradient of the bias is the mean over the positions.",
        "Sum over samples, rows and columns.",
        (("db = dy.sum(axis=(0, 1, 2))", "db = dy.mean(axis=(1, 2)).sum(axis=0)"),),
        "gradients",
        "constant ratio",
        "cf. kvfrans/notes #5",
    ),
    Bug(
        "conv2d-one-short",
        "conv2d",
        "The output lacks its last row and column: the + 1 is missing. The gradient is right.",
        "oh = (h - k) // s + 1: h - k steps of one pixel have h - k + 1 places.",
        (
            ("oh = (h - k) // s + 1", "oh = (h - k) // s"),
            ("ow = (w - k) // s + 1", "ow = (w - k) // s"),
        ),
        "like",
        "wrong shape",
    ),
    Bug(
        "conv2d-flips",
        "conv2d",
        "Both passes turn the kernel, as a convolution in mathematics does. It learns the turned "
        "kernel, and is wrong only with weights that come from elsewhere.",
        "Libraries do not turn the kernel (a cross-correlation).",
        (
            ("@ kernel[i, j]\n", "@ kernel[k - 1 - i, k - 1 - j]\n"),
            ("dw[i, j] = np.tensordot", "dw[k - 1 - i, k - 1 - j] = np.tensordot"),
            ("dy @ kernel[i, j].T", "dy @ kernel[k - 1 - i, k - 1 - j].T"),
        ),
        "like",
        "flipped",
    ),
    Bug(
        "im2col-layout",
        "im2col",
        "The axes of the patches are not put in order before the reshape, in both directions: rows "
        "of the matrix mix pixels of several images. The gradient is right.",
        "transpose, then reshape: a row has to be one patch.",
        (
            ("    columns = columns.transpose(2, 3, 4, 0, 1, 5)\n", ""),
            (
                "    columns = columns.reshape(n, oh, ow, k, k, c)\n"
                "    columns = columns.transpose(3, 4, 0, 1, 2, 5)\n",
                "    columns = columns.reshape(k, k, n, oh, ow, c)\n",
            ),
        ),
        "samples",
        "samples mixed",
        "ravin-d-27/PyDeepFlow #84",
    ),
    Bug(
        "im2col-output-layout",
        "im2col",
        "The rows of the product are taken for positions of all samples, instead of samples with "
        "their positions.",
        "The rows are in the order n, oh, ow, so reshape in that order.",
        (
            (
                "y = y.reshape(n, oh, ow, self.filters)",
                "y = y.reshape(oh, ow, n, self.filters).transpose(2, 0, 1, 3)",
            ),
            (
                "dy = dy.reshape(-1, self.filters)",
                "dy = dy.transpose(1, 2, 0, 3).reshape(-1, self.filters)",
            ),
        ),
        "samples",
        "samples mixed",
    ),
    Bug(
        "im2col-overlaps-lost",
        "im2col",
        "col2im assigns instead of adding.",
        "+=: col2im is the transpose of im2col, which copies a pixel several times.",
        (("j : j + ow] += columns[i, j]", "j : j + ow] = columns[i, j]"),),
        "gradients",
        "missing term",
        "hguomin/deep-learning-from-scratch #2",
    ),
    Bug(
        "im2col-one-way",
        "im2col",
        "col2im reads the patches in another order than im2col writes them.",
        "Undo the reshape and the transpose of im2col, in reverse.",
        (
            (
                "columns.reshape(n, oh, ow, k, k, c)",
                "columns.reshape(n, oh, ow, c, k, k).transpose(0, 1, 2, 4, 5, 3)",
            ),
        ),
        "gradients",
        "missing term",
        "cf. ravin-d-27/PyDeepFlow #84",
    ),
    Bug(
        "pooling-returns-early",
        "max_pooling",
        "`return` stands inside the outer loop: only the first row of windows is done.",
        "Return after the loops.",
        (("        return dx, {}", "            return dx, {}"),),
        "gradients",
        "part missing",
        "riccardoandreoni0/CNN-from-scratch #1",
    ),
    Bug(
        "pooling-all-ties",
        "max_pooling",
        "Every pixel that equals the maximum gets all of dy.",
        "One of them gets it: the first, by argmax.",
        (
            (
                "                first = window.argmax(axis=1)[:, None]\n"
                "                winner = np.arange(k * k)[:, None] == first\n",
                "                winner = window == window.max(axis=1, keepdims=True)\n",
            ),
        ),
        "kinks",
        "ties counted twice",
        "Theano/Theano #5248",
    ),
    Bug(
        "pooling-overlaps-lost",
        "max_pooling",
        "dx is assigned where windows overlap.",
        "+=, as in a convolution.",
        ((_ADD, _ADD.replace("+=", "=")),),
        "gradients",
        "part missing",
    ),
    Bug(
        "pooling-spread",
        "max_pooling",
        "Every pixel of the window gets an equal share: the gradient of average pooling.",
        "Only the maximum had an influence.",
        ((_SHARE, "share = np.ones((n, k, k, c)) / k**2 * dy[:, i, j][:, None, None]"),),
        "gradients",
        "missing term",
    ),
    Bug(
        "pooling-rows-for-columns",
        "max_pooling",
        "dy is read with row and column exchanged.",
        "dy[:, i, j] belongs to the window of row i and column j.",
        ((_SHARE, _SHARE.replace("dy[:, i, j]", "dy[:, j, i]")),),
        "gradients",
        "missing term",
        "cf. jefkine/zeta-learn #4",
    ),
    Bug(
        "average-pooling-sum",
        "average_pooling",
        "backward forgets to divide by the number of pixels.",
        "Each pixel counted 1 / k^2.",
        (("each = dy / k**2", "each = dy"),),
        "gradients",
        "constant ratio",
    ),
)
