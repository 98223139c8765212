"""The functions of `tests/tests/arrays/robots.rs`, for mpmath."""

from arrays.registry import Fixed, entry, ratio
from jets import apply, asin, atan2, cos, dot, hypot, matmul, sin, sqrt, squares, tan, total


def chain(q, lengths):
    """Sums of link vectors, and the last heading."""
    headings = [total(q[: i + 1]) for i in range(len(q))]
    x = total(length * cos(h) for length, h in zip(lengths, headings))
    y = total(length * sin(h) for length, h in zip(lengths, headings))
    return [x, y, headings[-1]]


@entry(([0.3, 0.8, -0.4],), ([-1.1, 0.5, 1.9],), ([2.5, -0.7, 0.2],))
def planar_hand(q):
    return chain(q, [1.0, 0.8, 0.5])[:2]


@entry(
    ([0.3, 0.8, -0.4, 0.6], [1.0, 0.8, 0.5, 0.2]),
    ([-1.1, 0.5, 1.9, -0.3], [0.7, 1.2, 0.4, 0.9]),
)
def planar_pose(q, lengths):
    return chain(q, lengths)


@entry(([0.3, 0.8, -0.4, 0.6],), ([-1.1, 0.5, 1.9, -0.3],), ([1.5, -0.7, -0.5, 0.9],), order=2)
def planar_distance(q):
    x, y, _ = chain(q, [1.0, 0.8, 0.5, 0.3])
    return (x - 1.1) ** 2 + (y - 0.9) ** 2


@entry(([0.3, -0.8, 0.4, 0.6, 0.9, -0.2],), ([-1.1, 0.5, 1.9, -0.3, 0.7, 1.4],))
def puma(q):
    links = [
        (0.0, 0.0, 0, 1),
        (0.4318, 0.0, 1, 0),
        (0.0203, 0.15005, 0, -1),
        (0.0, 0.4318, 0, 1),
        (0.0, 0.0, 0, -1),
        (0.0, 0.0, 1, 0),
    ]
    pose = [[int(i == j) for j in range(4)] for i in range(4)]
    for angle, (a, d, ca, sa) in zip(q, links):
        s, c = sin(angle), cos(angle)
        pose = matmul(
            pose, [[c, -s * ca, s * sa, a * c], [s, c * ca, -c * sa, a * s], [0, sa, ca, d], [0, 0, 0, 1]]
        )
    return pose


@entry(([0.3, -0.8, 0.4, 0.6, 0.9, -0.2],), ([-1.1, 0.5, 1.9, -0.3, 0.7, 1.4],))
def skew_arm(q):
    lengths = [0.1, 0.5, 0.4, 0.1, 0.05, 0.02]
    offsets = [0.3, 0.1, -0.05, 0.4, 0.1, 0.08]
    twists = [1.2, 0.3, -0.7, 1.1, -1.3, 0.2]
    pose = None
    for angle, a, d, twist in zip(q, lengths, offsets, twists):
        s, c, sa, ca = sin(angle), cos(angle), sin(twist), cos(twist)
        link = [[c, -s * ca, s * sa, a * c], [s, c * ca, -c * sa, a * s], [0, sa, ca, d], [0, 0, 0, 1]]
        pose = matmul(pose, link) if pose else link
    return [row[3] for row in pose[:3]]


def product(p, q):
    a, b, c, d = p
    w, x, y, z = q
    return [
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    ]


def conjugate(q):
    return [q[0], -q[1], -q[2], -q[3]]


def turn(q, v):
    return product(product(q, [0, *v]), conjugate(q))[1:]


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


@entry(([0.9, 0.2, -0.3, 0.1], [0.5, -1.2, 2.0]), ([1.5, -0.7, 0.4, 0.8], [1.1, 0.6, -0.9]))
def quaternion_rotate(q, v):
    norm = sqrt(squares(q))
    return turn([c / norm for c in q], v)


@entry(([0.9, 0.2, -0.3, 0.1], [0.5, -1.2, 2.0, 0.7]), ([1.5, -0.7, 0.4, 0.8], [1.1, 0.6, -0.9, 0.3]))
def quaternion_product(p, q):
    return product(p, q)


@entry((0.3, -0.8, 0.4), (-1.1, 0.5, 1.9))
def euler_matrix(roll, pitch, yaw):
    sr, cr, sp, cp, sy, cy = sin(roll), cos(roll), sin(pitch), cos(pitch), sin(yaw), cos(yaw)
    return [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]


@entry(([0.3, -0.8, 0.4], [1.2, 0.5, 0.9]), ([-1.1, 0.5, 1.9], [0.7, 2.0, -0.3]))
def between(a, b):
    s, c, dx, dy = sin(a[2]), cos(a[2]), b[0] - a[0], b[1] - a[1]
    return [c * dx + s * dy, c * dy - s * dx, b[2] - a[2]]


def turn_by_unit(q, v):
    """The formula for unit quaternions, whose partials off the sphere are not those of the sandwich."""
    u = q[1:]
    t = cross(u, v)
    return [x + 2 * (q[0] * a + b) for x, a, b in zip(v, t, cross(u, t))]


@entry(
    (([0.9, 0.2, -0.3, 0.1], [0.5, -1.2, 2.0]), ([0.8, -0.4, 0.3, 0.25], [1.1, 0.6, -0.9])),
    (([0.6, 0.55, 0.5, -0.2], [-0.4, 0.8, 0.3]), ([0.1, 0.9, -0.2, 0.35], [2.0, -1.5, 0.7])),
)
def inverse_compose(a, b):
    back = conjugate(a[0])
    return [product(back, b[0]), turn_by_unit(back, [y - x for x, y in zip(a[1], b[1])])]


def rotated(axis, x):
    squared = squares(axis)
    angle = sqrt(squared)
    s, c = sin(angle), cos(angle)
    along = dot(axis, x) * (1 - c) / squared
    return [v * c + w * s / angle + a * along for v, w, a in zip(x, cross(axis, x), axis)]


@entry(([0.3, -0.8, 0.4], [1.2, 0.5, 0.9]), ([-1.1, 0.5, 1.9], [0.7, 2.0, -0.3]))
def rodrigues(axis, x):
    return rotated(axis, x)


@entry(
    (
        [0.1, -0.2, 0.3, 0.5, -0.4, -3.0, 800.0, 320.0, 240.0, -0.1, 0.02],
        [1.0, 0.7, 2.0],
        0.9,
        Fixed([450.0, 380.0]),
    ),
    (
        [-0.7, 0.4, 0.2, -1.5, 0.3, -6.0, 1.2, 0.1, -0.05, 0.03, -0.2],
        [0.4, -0.6, 0.8],
        1.7,
        Fixed([0.3, -0.2]),
    ),
)
def reprojection(camera, point, weight, feature):
    axis, centre, focal, principal, (k1, k2) = camera[:3], camera[3:6], camera[6], camera[7:9], camera[9:]
    seen = rotated(axis, [p - c for p, c in zip(point, centre)])
    u, v = seen[0] / seen[2], seen[1] / seen[2]
    r = u * u + v * v
    scale = focal * (1 + k1 * r + k2 * r * r)
    return [weight * (scale * x + c - f) for x, c, f in zip((u, v), principal, feature)]


MATRIX = [[0.9, -0.2, 0.4], [0.3, 1.1, -0.5], [-0.15, 0.25, 0.7]]
OTHER = [[-0.4, 0.8, 0.35], [1.2, 0.5, -0.6], [0.2, -0.3, 1.4]]


@entry((MATRIX, [0.5, -1.2], [0.7, 0.4]), (OTHER, [1.1, 0.3], [-0.6, 0.9]), order=2)
def epipolar(f, p, q):
    p, q = [*p, 1], [*q, 1]
    fp, fq = apply(f, p), apply(list(zip(*f)), q)
    return dot(q, fp) ** 2 / (squares(fp[:2]) + squares(fq[:2]))


@entry((MATRIX, [0.5, -1.2]), (OTHER, [1.1, 0.3]))
def homography(h, p):
    u, v, w = apply(h, [*p, 1])
    return [u / w, v / w]


@entry(([0.5, -0.3, 2.0],), ([-1.2, 0.7, 5.5],))
def stereo(p):
    x, y, z = p
    return [420 * x / z + 320, 420 * (x - 0.12) / z + 320, 420 * y / z + 240]


@entry(([0.5, -0.3, 0.8], [1.2, 0.7]), ([-1.0, 2.0, -2.1], [0.4, -1.5]), ([1.0, 0.2, 0.6], [0.9, 0.0]))
def unicycle(state, control):
    x, y, heading = state
    speed, rate = control
    dt = ratio(1, 10)
    following = heading + rate * dt
    if abs(rate) < ratio(1, 10**9):
        return [x + speed * dt * cos(heading), y + speed * dt * sin(heading), following]
    radius = speed / rate
    return [x + radius * (sin(following) - sin(heading)), y - radius * (cos(following) - cos(heading)), following]


@entry(([0.5, -0.3, 0.8, 2.0], [0.7, 0.2], Fixed([0.1])), ([-1.0, 2.0, -2.1, 5.0], [-1.5, -0.4], Fixed([0.05])))
def bicycle(state, control, dt):
    x, y, heading, speed = state
    (dt,) = dt
    for _ in range(5):
        x, y = x + dt * speed * cos(heading), y + dt * speed * sin(heading)
        heading, speed = heading + dt * speed * tan(control[1]) / 2.7, speed + dt * control[0]
    return [x, y, heading, speed]


@entry(([0.5, -0.3, 0.8], [3.0, 1.5]), ([2.0, 1.0, -0.7], [-1.0, 2.5]), ([1.0, 0.2, 0.6], [-0.5, -3.0]))
def range_bearing(state, landmark):
    dx, dy = landmark[0] - state[0], landmark[1] - state[1]
    return [hypot(dx, dy), atan2(dy, dx) - state[2]]


@entry(([3.0, 4.0, 1.2, -0.5, 0.7, 0.2],), ([-2.0, 1.5, -0.8, 0.4, 1.1, -0.9],))
def radar(state):
    distance = sqrt(squares(state[:3]))
    elevation = asin(state[2] / distance)
    return [distance, atan2(state[1], state[0]), elevation, dot(state[:3], state[3:]) / distance]


@entry(([0.3, 0.8],), ([2.5, -0.7],))
def time_differences(source):
    def distance(x, y):
        return hypot(source[0] - x, source[1] - y)

    first = distance(0, 0)
    return [(distance(x, y) - first) / 343 for x, y in ((1, 0), (1, 1.2), (0, 1.2))]


@entry(([0.1, 0.2, -0.15],), ([-0.8, 0.5, 0.3],), order=2)
def scan_match(motion):
    points = [(1, 0.2), (0.5, 1.1), (-0.7, 0.9), (-0.4, -1.2)]
    normals = [(1, 0), (0, 1), (0.6, 0.8), (-0.96, 0.28)]
    levels = [1.1, 1.0, 0.4, -0.5]
    s, c = sin(motion[0]), cos(motion[0])

    def term(p, n, level):
        x, y = c * p[0] - s * p[1] + motion[1], s * p[0] + c * p[1] + motion[2]
        return (x * n[0] + y * n[1] - level) ** 2

    return total(term(*row) for row in zip(points, normals, levels)) / 2


@entry(([0.5, -0.3, 0.2, 0.8], 1.5), ([-1.0, 2.0, -0.7, -1.3], -4.0))
def cart_pole(state, force):
    position, speed, angle, rate = state
    dt, mass, lever = ratio(1, 50), ratio(11, 10), ratio(1, 20)
    s, c = sin(angle), cos(angle)
    pushed = (force + lever * rate**2 * s) / mass
    angular = (ratio(98, 10) * s - c * pushed) / (ratio(2, 3) - lever * c * c / mass)
    linear = pushed - lever * angular * c / mass
    speed, rate = speed + dt * linear, rate + dt * angular
    return [position + dt * speed, speed, angle + dt * rate, rate]


@entry(([0.9, 0.2, -0.3, 0.1], [0.5, -0.4, 0.7]), ([0.5, -0.5, 0.6, 0.3], [-1.2, 0.8, 0.3]))
def attitude(q, rate):
    a = q
    for _ in range(3):
        a = [x + ratio(1, 20) * d for x, d in zip(a, product(a, [0, *rate]))]
        norm = sqrt(squares(a))
        a = [x / norm for x in a]
    return a
