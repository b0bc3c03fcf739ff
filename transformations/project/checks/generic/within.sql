{# Every column named in `ranges` lies between its two bounds, or is null. One query for all of them. #}
{% test within(model, ranges) %}
select *
from {{ model }}
where {% for column, bounds in ranges.items() %}
  {{ column }} not between {{ bounds[0] }} and {{ bounds[1] }}{{ ' or' if not loop.last }}
{% endfor %}
{% endtest %}
