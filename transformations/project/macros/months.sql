{# The rows of the months that the variable `months` restricts this run to; all, without it. #}
{% macro in_months() %}
  {% set months = var('months', []) %}
  {{ return("drop_month in ('" ~ months | join("', '") ~ "')" if months else 'true') }}
{% endmacro %}
