@problemName Appliances
@timeStamps true
@missing false
@univariate true
@equalLength false
@classLabel true on off
@data
(0,1.5),(1,2.5),(2,2.25):on
(0,0.5),(1,0.75):off
(0,3.5),(1,3.25),(2,3.0),(3,2.5):on
