"""Where a ship is, and how far it has to go: the arithmetic of navigation on a round Earth.

Angles are degrees, north and east positive. Distances are nautical miles. The Earth is taken as a sphere,
which is wrong by up to about half a percent, less than a current does to a ship in a day.
"""

from datetime import timedelta
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin
from typing import NamedTuple

MEAN_RADIUS_KM = 6371.0088  # of an ellipsoid like the Earth's: (2a + b) / 3, as the geodesists' union recommends
KM_PER_NAUTICAL_MILE = 1.852  # exactly, by international agreement since 1929
RADIUS = MEAN_RADIUS_KM / KM_PER_NAUTICAL_MILE
QUARTER_MERIDIAN = pi / 2 * RADIUS  # pole to equator: about 5,400 miles, since a mile is a minute of latitude

DEGREES_PER_HOUR = 15  # the Earth turns 360 degrees in 24 hours


class Position(NamedTuple):
    latitude: float
    longitude: float


def longitude_by_chronometer(greenwich_time_at_local_noon: timedelta, equation_of_time: timedelta) -> float:
    """The longitude of a ship that saw the Sun at its highest when its chronometer showed the given time.

    The equation of time is how far a sundial is ahead of a clock on that day: up to about 16 minutes ahead at
    the beginning of November, up to about 14 minutes behind in the middle of February. A chronometer that is
    four minutes fast puts the ship a whole degree too far west: 60 nautical miles on the equator.

    >>> longitude_by_chronometer(timedelta(hours=14), timedelta(0))
    -30.0
    """
    noon_at_greenwich = timedelta(hours=12) - equation_of_time
    hours_behind = (greenwich_time_at_local_noon - noon_at_greenwich) / timedelta(hours=1)
    return normalise(-DEGREES_PER_HOUR * hours_behind)


def latitude_by_noon_sun(altitude: float, declination: float, sun_is_south: bool = True) -> float:
    """The latitude from the Sun's height above the horizon at noon; its declination stands in an almanac.

    >>> latitude_by_noon_sun(altitude=50, declination=0)
    40
    """
    zenith_distance = 90 - altitude
    return declination + zenith_distance if sun_is_south else declination - zenith_distance


def great_circle_distance(start: Position, end: Position) -> float:
    """The shortest way over the sphere, by the haversine formula, which stays exact for short distances.

    >>> round(great_circle_distance(Position(0, 0), Position(0, 1)))
    60
    """
    latitude_1, latitude_2 = radians(start.latitude), radians(end.latitude)
    half_north = (latitude_2 - latitude_1) / 2
    half_east = radians(end.longitude - start.longitude) / 2
    chord = sin(half_north) ** 2 + cos(latitude_1) * cos(latitude_2) * sin(half_east) ** 2
    return 2 * RADIUS * asin(min(1.0, chord**0.5))


def initial_bearing(start: Position, end: Position) -> float:
    """The compass course, clockwise from north, on which a great circle sets out; it changes on the way.

    >>> initial_bearing(Position(0, 0), Position(0, 10))
    90.0
    """
    latitude_1, latitude_2 = radians(start.latitude), radians(end.latitude)
    east = radians(end.longitude - start.longitude)
    along_east = sin(east) * cos(latitude_2)
    along_north = cos(latitude_1) * sin(latitude_2) - sin(latitude_1) * cos(latitude_2) * cos(east)
    return degrees(atan2(along_east, along_north)) % 360


def dead_reckoning(start: Position, course: float, knots: float, time: timedelta) -> Position:
    """Where a ship comes to that keeps its course and speed, over distances short enough to be called flat.

    A knot is one nautical mile an hour. Meridians draw together towards the poles, so that a mile to the east
    is more degrees of longitude the further one is from the equator: twice as many at latitude 60.
    """
    distance = knots * (time / timedelta(hours=1))
    north = distance * cos(radians(course))
    east = distance * sin(radians(course))
    latitude = start.latitude + degrees(north / RADIUS)
    middle = radians((start.latitude + latitude) / 2)
    return Position(latitude, normalise(start.longitude + degrees(east / RADIUS) / cos(middle)))


def distance_to_horizon(eye_height_m: float) -> float:
    """How far the sea horizon is, with the usual allowance for refraction: 2.08 times the root of the height.

    From a deck 9 metres above the water one sees about 6 miles.

    >>> round(distance_to_horizon(9), 2)
    6.24
    """
    return 2.08 * eye_height_m**0.5


def range_of_light(eye_height_m: float, lantern_height_m: float) -> float:
    """From how far away a lighthouse is first seen above the horizon, if it is bright enough."""
    return distance_to_horizon(eye_height_m) + distance_to_horizon(lantern_height_m)


def drift(set_towards: float, knots: float, time: timedelta) -> tuple[float, float]:
    """How many miles to the north and to the east a current carries a ship."""
    miles = knots * (time / timedelta(hours=1))
    return miles * cos(radians(set_towards)), miles * sin(radians(set_towards))


def speed_over_ground(course: float, knots: float, set_towards: float, current_knots: float) -> float:
    """The speed that remains when the ship's way through the water and the water's own way are added."""
    north = knots * cos(radians(course)) + current_knots * cos(radians(set_towards))
    east = knots * sin(radians(course)) + current_knots * sin(radians(set_towards))
    return hypot(north, east)


def normalise(longitude: float) -> float:
    """The same meridian, said as an angle from -180 up to, but not including, 180."""
    return (longitude + 180) % 360 - 180
