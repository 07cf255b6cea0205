"""Tests of machines: what bounces and absences say."""
