"""The formulas of `tests/tests/formulas/kinematics.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import acos, asin, atan, atan2, cos, cosh, exp, floor, hypot, maximum, minimum, pi, plain, radians
from numbers60 import sin, sqrt, tan, tanh, truncate


@formula((0.3, 0.9, 2.5, 1.5), (1.2, -0.7, 0.5, 0.2), (2.5, 1.1, -1.0, 3.0))
def arm_distance(shoulder, elbow, target_x, target_y):
    x = 1.2 * cos(shoulder) + 0.8 * cos(shoulder + elbow)
    y = 1.2 * sin(shoulder) + 0.8 * sin(shoulder + elbow)
    return hypot(x - target_x, y - target_y)


@formula((1.0, 0.7, 1.2, 0.8), (0.3, -1.1, 0.9, 0.6), (5.0, 1.0, 1.2, 0.8))
def elbow_angle(x, y, upper, fore):
    cosine = (x**2 + y**2 - upper**2 - fore**2) / (2 * upper * fore)
    return acos(cosine) if plain(abs(cosine)) < 1 else 0 * cosine


@formula((1.0, 2.0, 4.0, 3.0), (0.5, -1.0, 0.2, 2.5), (3.0, 3.0, 1.0, -2.0))
def bearing(x1, y1, x2, y2):
    return atan2(y2 - y1, x2 - x1)


@formula((52.5, 13.4, 48.9, 2.35), (-33.9, 151.2, 1.3, 103.8), (10.0, 20.0, 40.0, -70.0))
def haversine(lat1, lon1, lat2, lon2):
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    h = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * 6371 * asin(sqrt(h))


@formula((20.0, 0.7, 1.5), (3.0, 1.2, 10.0), (100.0, 0.2, 0.3))
def projectile_range(speed, angle, height):
    up = speed * sin(angle)
    return speed * cos(angle) / 9.81 * (up + sqrt(up**2 + 2 * height * 9.81))


@formula((20.0, 2.0, 0.5), (5.0, 0.7, 1.5), (100.0, 4.0, 0.9))
def drag_height(speed, time, drag):
    terminal = 9.81 / drag
    return (speed + terminal) / drag * (1 - exp(-drag * time)) - terminal * time


@formula((80.0, 0.7, 3.0), (0.05, 0.004, 0.5), (1000.0, 2.0, 10.0))
def falling_speed(mass, area, time):
    terminal = sqrt(2 * mass * 9.81 / (1.225 * area * 0.47))
    return terminal * tanh(9.81 * time / terminal)


@formula((1.0, 0.7, 0.3), (2.5, 2.0, 0.6), (-0.8, 0.1, 0.9))
def kepler_step(anomaly, mean, eccentricity):
    slope = 1 - eccentricity * cos(anomaly)
    return anomaly - (anomaly - eccentricity * sin(anomaly) - mean) / slope


@formula((1.0, 0.3), (-2.5, 0.6), (0.4, 0.9))
def true_anomaly(eccentric, e):
    return 2 * atan(sqrt((1 + e) / (1 - e)) * tan(eccentric / 2))


@formula(
    (0.9, 0.1, 0.3, -0.2, 1.0, 2.0, 3.0),
    (0.5, 0.5, -0.5, 0.7, 0.2, -1.0, 4.0),
    (2.0, 1.0, 3.0, 0.5, 1.5, 0.4, -0.7),
)
def quaternion_rotation(w, i, j, k, x, y, z):
    s = 2 / (w**2 + i**2 + j**2 + k**2)
    return (1 - s * (j**2 + k**2)) * x + s * (i * j - w * k) * y + s * (i * k + w * j) * z


@formula((1.0, 3.0, 1.7), (-0.5, 0.25, 0.2), (1.0, 3.0, 4.0), (1.0, 3.0, -0.5))
def smoothstep(low, high, x):
    t = minimum(maximum((x - low) / (high - low), 0 * x), 0 * x + 1)
    return t**2 * (3 - 2 * t)


@formula((1.0, 0.5), (0.3, 2.0), (9.0, -1.2))
def pendulum_period(length, amplitude):
    a, g = 1, cos(amplitude / 2)
    for _ in range(2):
        a, g = (a + g) / 2, sqrt(a * g)
    return 2 * pi * sqrt(length / 9.81) / ((a + g) / 2)


@formula((1.0, 3.0, 6.1), (2.5, -4.0, 3.3), (0.2, 0.7, 1.1))
def wrapped_position(start, speed, time):
    travelled = start + speed * time
    half = travelled / 2
    return travelled - 10 * floor(travelled / 10) + half - 3 * truncate(half / 3)


@formula((0.7, 1.0), (-3.0, 2.5), (2.5, 1.7), scalar="f32")
def catenary(x, scale):
    return scale * (cosh(x / scale) - 1)
